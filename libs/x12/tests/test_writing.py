"""What was read is written byte for byte; what is built, in guide order and counted."""

from datetime import UTC, datetime

import pytest

from daybook.x12.declaring import LoopModel
from daybook.x12.delimiters import Delimiters
from daybook.x12.envelope import open_document
from daybook.x12.guides.eligibility_inquiry import (
    Asker,
    AskerLevel,
    EligibilityInquiry,
    Source,
    SourceLevel,
    Subscriber,
    SubscriberInquiry,
    SubscriberName,
)
from daybook.x12.models import modelled
from daybook.x12.reading import Segment
from daybook.x12.segments.benefit import Inquiry
from daybook.x12.segments.control import Beginning, Hierarchy, InterchangeAcknowledgment, Trace
from daybook.x12.segments.people import Dated, Demographics, Name
from daybook.x12.writing import Envelope, Unwritable, as_read, write

from .sample_files import NAMES, sample

AT = datetime(2026, 1, 2, 8, 15, tzinfo=UTC)
ENVELOPE = Envelope(sender="MILLSTREET", receiver="60054", number=7, at=AT, usage="T")


def transaction(data: bytes) -> LoopModel:
    (found,) = open_document(data).transactions
    assert found.root is not None
    model = modelled(found.root, found.root.use.model).model
    assert model is not None
    return model


def inquiry(member: str = "HBR0012345") -> EligibilityInquiry:
    subscriber = SubscriberName(
        name=Name(
            entity="IL",
            type="1",
            last_name="AMBERSHORE",
            first_name="MOSS",
            id_qualifier="MI",
            id=member,
        ),
        demographics=Demographics(date_format="D8", birth="19800214"),
        dates=(Dated.on("291", AT.date()),),
        inquiries=(SubscriberInquiry(inquiry=Inquiry(service_types=("30", "98"))),),
    )
    asker = Name(entity="1P", type="2", last_name="MILL STREET", id_qualifier="XX", id="1234567893")
    payer = Name(entity="PR", type="2", last_name="HARBOR HEALTH", id_qualifier="PI", id="60054")
    traced = Subscriber(
        level=Hierarchy(level="22"),
        traces=(Trace(type="1", number="D7", originator="9MILLST001"),),
        subscriber=subscriber,
    )
    level = AskerLevel(
        level=Hierarchy(level="21"), asker=Asker(name=asker), subscribers=(traced, traced)
    )
    return EligibilityInquiry(
        beginning=Beginning(
            structure="0022", purpose="13", reference="Q7", day=AT.date(), time="0815"
        ),
        sources=(
            SourceLevel(level=Hierarchy(level="20"), source=Source(name=payer), askers=(level,)),
        ),
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_was_read_is_written_byte_for_byte(name: str) -> None:
    odd = sample(name).replace(b"~\n", b"~\r\n \n")
    assert as_read(open_document(odd).parts) == odd


@pytest.mark.parametrize("name", NAMES)
def test_a_model_read_from_what_it_wrote_is_the_same_model(name: str) -> None:
    first = transaction(sample(name))
    again = transaction(write(ENVELOPE, [first]))
    assert again == first


@pytest.mark.parametrize("name", NAMES)
def test_other_delimiters_change_nothing_that_is_said(name: str) -> None:
    first = transaction(sample(name))
    written = write(ENVELOPE, [first], delimiters=Delimiters("|", ">", "!", "\n"))
    assert b"~" not in written
    assert transaction(written) == first


def test_levels_counts_and_control_numbers_are_made() -> None:
    written = write(ENVELOPE, [inquiry(), inquiry("HBR2")])
    segments = [one.text for one in open_document(written).parts if isinstance(one, Segment)]
    assert segments[0] == (
        "ISA*00*          *00*          *ZZ*MILLSTREET     *ZZ*60054          "
        "*260102*0815*^*00501*000000007*0*T*:"
    )
    assert segments[1] == "GS*HS*MILLSTREET*60054*20260102*0815*1*X*005010X279A1"
    assert [one for one in segments[:22] if one.startswith("HL")] == [
        "HL*1**20*1",
        "HL*2*1*21*1",
        "HL*3*2*22*0",
        "HL*4*2*22*0",
    ]
    assert "EQ*30^98" in segments
    assert [one for one in segments if one.startswith(("ST", "SE", "GE", "IEA"))] == [
        "ST*270*0001*005010X279A1",
        "SE*19*0001",
        "ST*270*0002*005010X279A1",
        "SE*19*0002",
        "GE*2*1",
        "IEA*1*000000007",
    ]


def test_transactions_of_another_guide_stand_in_a_group_of_their_own() -> None:
    answer = transaction(sample("271-rejected.edi"))
    document = open_document(write(ENVELOPE, [inquiry(), answer, answer]))
    (interchange,) = document.interchanges
    assert [
        (group.header.get(1), group.control_number, len(group.transactions))
        for group in interchange.groups
    ] == [("HS", "1", 1), ("HB", "2", 2)]
    assert interchange.trailer is not None
    assert interchange.trailer.get(1) == "2"


def test_an_interchange_may_only_acknowledge_another() -> None:
    accepted = InterchangeAcknowledgment(
        control_number="000000003", day=AT.date(), time="0815", code="A"
    )
    (interchange,) = open_document(write(ENVELOPE, acknowledgments=[accepted])).interchanges
    assert [one.text for one in interchange.acknowledgments] == ["TA1*000000003*260102*0815*A*000"]
    assert interchange.groups == []


@pytest.mark.parametrize("member", ["HBR*1", "HBR~1", "HBR:1", "HBR^1", "HBR\n1"])
def test_a_value_that_would_break_the_file_is_refused_without_being_told(member: str) -> None:
    with pytest.raises(Unwritable, match=r"^id holds a delimiter") as refused:
        write(ENVELOPE, [inquiry(member)])
    assert member not in str(refused.value)


def test_what_was_kept_is_written_where_it_stood() -> None:
    data = sample("837p-child.edi", ("LX*2~", "REF*QQ*OURS~\nLX*2~"))
    written = write(ENVELOPE, [transaction(data)], delimiters=Delimiters(element="|")).decode()
    assert "REF|6R|A0000000041L1~\nREF|QQ|OURS~\nLX|2~" in written
