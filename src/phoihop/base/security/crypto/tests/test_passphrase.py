"""Where the passphrase is looked for, in which order, and when it is not taken."""

import pytest

from phoihop.base.security.crypto import passphrase
from phoihop.kernel.refusals import Refusal


def private(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_the_order_of_looking(tmp_path):
    named = private(tmp_path / "named", "từ tệp\n")
    private(tmp_path / passphrase.CREDENTIAL, "từ systemd\r\n")
    everything = {
        "PHOIHOP_KEY_PASSPHRASE_FILE": str(named),
        "CREDENTIALS_DIRECTORY": str(tmp_path),
        "PHOIHOP_KEY_PASSPHRASE": "từ môi trường",
    }
    found = []
    for name in list(everything):
        found.append(passphrase.find(everything))
        del everything[name]
    found.append(passphrase.find(everything, ask=lambda question: "từ bàn phím"))
    assert found == ["từ tệp", "từ systemd", "từ môi trường", "từ bàn phím"]


def test_a_credentials_folder_without_ours_is_passed_over(tmp_path):
    env = {"CREDENTIALS_DIRECTORY": str(tmp_path), "PHOIHOP_KEY_PASSPHRASE": "x"}
    assert passphrase.find(env) == "x"


def test_spaces_belong_to_a_passphrase(tmp_path):
    named = private(tmp_path / "named", " hai dấu cách  \nsecond line\n")
    assert passphrase.find({"PHOIHOP_KEY_PASSPHRASE_FILE": str(named)}) == " hai dấu cách  "


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_gives_none(tmp_path, content):
    named = private(tmp_path / "named", content)
    with pytest.raises(Refusal, match="passphrase-missing"):
        passphrase.find({"PHOIHOP_KEY_PASSPHRASE_FILE": str(named)})


def test_a_file_that_is_not_there_gives_none(tmp_path):
    with pytest.raises(Refusal, match="passphrase-missing"):
        passphrase.find({"PHOIHOP_KEY_PASSPHRASE_FILE": str(tmp_path / "none")})


def test_a_file_that_others_can_read_is_not_taken(tmp_path):
    named = private(tmp_path / "named", "x")
    named.chmod(0o640)
    with pytest.raises(Refusal, match="key-file-open"):
        passphrase.find({"PHOIHOP_KEY_PASSPHRASE_FILE": str(named)})


def test_nobody_is_asked_where_nobody_sits(monkeypatch, tmp_path):
    with (tmp_path / "nobody").open("w+") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(Refusal, match="passphrase-missing"):
            passphrase.find({})
