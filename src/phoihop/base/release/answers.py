"""The numbered paper that tells an outsider yes or no. It names nobody: the letter it answers does."""

import io
from datetime import datetime
from typing import Any

import docx
from django.utils import timezone
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from phoihop.base.release.models import Request
from phoihop.base.release.rules.disclosures import ANSWERS, QUESTIONS, Answer, articles, numbered
from phoihop.base.security.outgoing.marks import Mark

_CERTAINTY = {"V": "", "M": " (căn cứ cần cơ quan pháp chế xác nhận trước khi dùng)"}


def paper(request: Request, answer: Answer, mark: Mark, expires_at: datetime) -> bytes:
    """The answer as .docx, in Vietnamese, with the copy's code on it."""
    document = docx.Document()
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    ground = articles()[request.article]
    _line(document, request.agency.name.upper(), bold=True)
    _line(document, f"Số: {numbered(request.number, request.year)}/TL")
    _line(document, f"Ngày {mark.taken:%d/%m/%Y}")
    _line(document, "TRẢ LỜI YÊU CẦU CUNG CẤP THÔNG TIN", bold=True, centre=True)
    _line(document, f"Kính gửi: {request.body}")
    _line(
        document,
        f"Trả lời Công văn số {request.letter} ngày {request.asked_on:%d/%m/%Y}, "
        "về người nêu trong công văn đó.",
    )
    _line(document, f"Cơ sở được hỏi: {request.facility.name}")
    _line(document, f"Câu hỏi: {QUESTIONS[request.question].vi}")
    _line(document, f"Ngày được hỏi: {request.day:%d/%m/%Y}")
    _line(document, f"Trả lời: {ANSWERS[answer].vi}", bold=True)
    _line(document, f"Căn cứ: {ground.article}, {ground.law}{_CERTAINTY[ground.certainty]}")
    _line(
        document,
        "Câu trả lời chỉ dùng cho việc nêu trong công văn, không được chuyển cho người khác. "
        f"Hết giá trị sau {timezone.localtime(expires_at):%H:%M ngày %d/%m/%Y}.",
    )
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = mark.line("vi")
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _line(document: Any, text: str, *, bold: bool = False, centre: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = bold
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
