"""Files under a password: only that password opens them, in Office programs too."""

import io
import math
import shutil
import subprocess
from datetime import date

import msoffcrypto
import pytest

from phoihop.base.security.outgoing.names import neutral_name
from phoihop.base.security.outgoing.sealing import ALPHABET, new_password, seal
from phoihop.base.security.uploads import kinds
from phoihop.base.security.uploads.tests import builders
from phoihop.kernel.refusals import Refusal

FILES = {"docx": builders.word("Danh sách"), "xlsx": builders.excel()}


def opened(data: bytes, password: str) -> bytes:
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    file.load_key(password=password, verify_password=True)
    out = io.BytesIO()
    file.decrypt(out, verify_integrity=True)
    return out.getvalue()


@pytest.mark.parametrize("kind", FILES)
def test_the_password_opens_it_and_no_other_does(kind):
    password = new_password()
    sealed = seal(FILES[kind], password)
    assert opened(sealed, password) == FILES[kind]
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        opened(sealed, new_password())
    assert kinds.look(sealed).marks == {"encrypted"}


def test_it_is_aes_256():
    sealed = seal(FILES["docx"], new_password())
    assert sealed.count(b'keyBits="256"') == 2
    assert b'cipherAlgorithm="AES"' in sealed
    assert b'spinCount="100000"' in sealed
    assert b"Danh" not in sealed


def test_a_password_has_eighty_bits_and_no_letters_alike():
    password = new_password()
    assert len(password.replace("-", "")) * math.log2(len(ALPHABET)) > 80
    assert not set("0o1li") & set(ALPHABET)
    assert len({new_password() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("password", ["", "matkhau2026", "a" * 30])
def test_a_weak_password_is_refused(password):
    with pytest.raises(Refusal, match="weak-password"):
        seal(FILES["docx"], password)


def test_only_office_files_are_sealed():
    for data in (builders.pdf(), b"text"):
        with pytest.raises(Refusal, match="cannot-seal"):
            seal(data, new_password())


# LibreOffice takes no password on its command line; a macro of its own can give it one.
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Convert(source, password, target)
Dim given(1) As New com.sun.star.beans.PropertyValue
given(0).Name = "Hidden" : given(0).Value = True
given(1).Name = "Password" : given(1).Value = password
n = FreeFile
Open target For Output As #n
On Error Goto Failed
document = StarDesktop.loadComponentFromURL(source, "_blank", 0, given())
Print #n, document.Text.String
Failed:
Close #n
StarDesktop.terminate()
End Sub
</script:module>"""


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="NOT TESTED: sealed files in LibreOffice")
def test_libreoffice_opens_it_with_the_password_alone(tmp_path):
    profile = tmp_path / "profile"
    run = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    subprocess.run([*run, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(MACRO)
    password, source = new_password(), tmp_path / "sealed.docx"
    source.write_bytes(seal(FILES["docx"], password))
    for tried, text in ((password, "Danh sách"), (new_password(), "")):
        target = tmp_path / "out.txt"
        macro = f"macro:///Standard.Module1.Convert({source.as_uri()},{tried},{target})"
        subprocess.run([*run, macro], check=True, capture_output=True, timeout=120)
        assert target.read_text("utf-8").strip() == text


def test_names_of_downloads_say_nothing():
    name = neutral_name("export", date(2026, 11, 22), "PH-7K3M-92QD-AAAA", "XLSX")
    assert name == "xuat-du-lieu-2026-11-22-PH-7K3M.xlsx"
    for code, ending in (("../x", "xlsx"), ("PH-1", "x/y"), ("PH-ế", "pdf")):
        with pytest.raises(ValueError, match="letters and digits"):
            neutral_name("export", date(2026, 11, 22), code, ending)
