"""Addresses are parsed correctly, and nothing is shown that may be a password."""

import pytest

from core.capture import parse_source
from core.capture.address import Address
from core.capture.network_stream import NetworkStream
from core.errors import SourceError

SECRETS = [
    "rtsp://admin:53cr3t@10.0.0.2/stream",
    "rtsp://admin:53cr3t@10.0.0.2/stream?token=53cr3t",
    "rtsp://10.0.0.2:554/user=admin_password=53cr3t_channel=1_stream=0.sdp",
    "http://10.0.0.2/video.cgi?user=admin&pwd=53cr3t",
    "http://10.0.0.2/video.cgi?user=admin&pwd=53cr3t#53cr3t",
    "http://53cr3t@10.0.0.2/video",
    "http://:53cr3t@10.0.0.2/video",
    "rtsp://admin:p@53cr3t@10.0.0.2/stream",
    "rtsp://admin:a%2F53cr3t@10.0.0.2/stream",
    "rtsp://admin:\udcff53cr3t@10.0.0.2/stream",
    "rtsps://10.0.0.2:7441/7bvV53cr3tSi2kQw",
    "http://10.0.0.2/auth;53cr3t/x",
    "http://10.0.0.2/a:53cr3t/x",
    "HTTP://admin:53cr3t@10.0.0.2/stream",
    "  rtsp://admin:53cr3t@10.0.0.2/stream  ",
]

BROKEN = [
    "rtsp://admin:12/53cr3t@10.0.0.2/stream",
    "rtsp://admin:ab/53cr3t@10.0.0.2/stream",
    "rtsp://admin:12#53cr3t@10.0.0.2/stream",
    "rtsp://admin:12?53cr3t@10.0.0.2/stream",
]


@pytest.mark.parametrize("text", SECRETS)
def test_nothing_of_a_secret_is_shown(text: str) -> None:
    source = parse_source(text)
    assert isinstance(source, NetworkStream)
    assert "10.0.0.2" in source.name
    for shown in (source.name, repr(source), str(source.address), repr(source.address), source.fresh().name):
        assert "53cr3t" not in shown
    assert source.address.secret
    assert "53cr3t" in source.address.written()


@pytest.mark.parametrize("text", BROKEN)
def test_an_unescaped_password_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(SourceError, match=r"write / as %2F, # as %23.*\.$") as caught:
        parse_source(text)
    assert "53cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "rtsp:/admin:53cr3t@10.0.0.2/x",
        "admin:53cr3t@10.0.0.2/x",
        "ftp://a:53cr3t@h/x",
        "rtsp://a:53cr3t@h:x/p",
        "x?pwd=53cr3t",
    ],
)
def test_what_was_meant_as_an_address_is_not_repeated(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_source(text)
    assert "53cr3t" not in str(caught.value)


def test_an_address_is_written_as_programs_take_it() -> None:
    address = Address("rtsp://us er:p@ss%2Fw@h:1/ü x?a=b c")
    assert (address.user, address.password) == ("us er", "p@ss/w")
    assert address.written() == "rtsp://us%20er:p%40ss%2Fw@h:1/%C3%BC%20x?a=b%20c"
    assert address.written(credentials=False) == "rtsp://h:1/%C3%BC%20x?a=b%20c"
    assert Address("http://[::1]:80/x").written() == "http://[::1]:80/x"
    assert Address("http://bücher.example/x").written() == "http://xn--bcher-kva.example/x"


@pytest.mark.parametrize("text", ["http://h:8080/?user=a@b.c", "http://h/cam@2", "rtsp://h/cam@2/x"])
def test_an_at_sign_behind_the_host_is_no_password(text: str) -> None:
    assert Address(text).written() == text


def test_what_holds_no_secret_may_be_kept() -> None:
    for text in ("rtsp://h/path", "http://h:81/axis-cgi/mjpg/video.cgi?resolution=640x480&fps=5", "http://h"):
        assert not Address(text).secret
