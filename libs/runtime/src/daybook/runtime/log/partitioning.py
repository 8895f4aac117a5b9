"""Which partition a key lies in: Kafka's default partitioner, so that both logs agree."""

from functools import lru_cache
from struct import unpack_from

_SEED = 0x9747B28C
_MIX = 0x5BD1E995
_WORD = 0xFFFFFFFF


def partition_of(key: bytes, count: int) -> int:
    """The partition, 0 to count - 1, of a key.

    Source: org.apache.kafka.clients.producer.internals.BuiltInPartitioner, partitionForKey.
    """
    return (murmur2(key) & 0x7FFFFFFF) % count


# The events of a stream come in runs, and a hash in Python takes as long as the rest of the send.
@lru_cache(maxsize=1 << 14)
def murmur2(data: bytes) -> int:
    """MurmurHash2 as Kafka has it (org.apache.kafka.common.utils.Utils), without a sign."""
    length = len(data)
    words = length >> 2
    mixed = (_SEED ^ length) & _WORD
    for word in unpack_from(f"<{words}I", data):
        word = word * _MIX & _WORD
        word = (word ^ (word >> 24)) * _MIX & _WORD
        mixed = (mixed * _MIX & _WORD) ^ word
    if rest := data[words << 2 :]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * _MIX & _WORD
    mixed = (mixed ^ (mixed >> 13)) * _MIX & _WORD
    return mixed ^ (mixed >> 15)
