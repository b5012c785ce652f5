"""Why a document cannot be read, one class for each reason a person can act on.

    UserInputError
    └── UnreadableDocument        the file cannot become text
        ├── UnknownDocumentFormat it is something that is not read here
        ├── EmptyDocument         it has no bytes, or nothing but blanks
        ├── DamagedDocument       it was cut off or broken
        ├── EncryptedDocument     it is locked with a password
        ├── DocumentTooLarge      it is beyond a limit
        ├── NothingToRead         it is sound, but holds no text
        ├── NeedsOcr              its pages are pictures, and nothing reads pictures here
        └── UnsafeDocument        it is made to exhaust or to deceive whoever opens it

Every message names the file's kind and what is wrong, every hint what to do.
"""

from core.errors import UserInputError
from core.wording import counted

MEGA = 1_000_000


class UnreadableDocument(UserInputError):
    """The bytes cannot become the text of a document."""

    code = "unreadable_document"


class UnknownDocumentFormat(UnreadableDocument):
    """The file is something that is not read here."""

    code = "unknown_document_format"


class EmptyDocument(UnreadableDocument):
    """The file has no bytes, or nothing but blanks."""

    code = "empty_document"

    def __init__(self, shown: str, *, is_blank: bool = False) -> None:
        super().__init__(
            f"{shown} holds nothing but blanks." if is_blank else f"{shown} is empty: it has no bytes.",
            hint="Choose a file with text in it. If it should have some, it may not have been saved or sent to its "
            "end.",
        )


class DamagedDocument(UnreadableDocument):
    """The file was cut off or broken."""

    code = "damaged_document"

    def __init__(self, what: str, detail: str) -> None:
        super().__init__(
            f"The {what} is damaged: {detail}.",
            hint="Open it in the program that wrote it, save it again and add that, or download it once more.",
        )


class EncryptedDocument(UnreadableDocument):
    """The file is locked with a password."""

    code = "encrypted_document"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The {what} is protected with a password.",
            hint="Open it with its password, save it without one, and add that.",
        )


class DocumentTooLarge(UnreadableDocument):
    """The file is beyond a limit."""

    code = "document_too_large"

    def __init__(self, what: str, *, found: str, most: str) -> None:
        super().__init__(
            f"The {what} has {found}; at most {most} are read.",
            hint="Split it into parts, by chapters or years for instance, and add those.",
        )


class NothingToRead(UnreadableDocument):
    """The file is sound, but holds no text."""

    code = "nothing_to_read"

    def __init__(self, what: str, *, because: str = "") -> None:
        super().__init__(
            f"The {what} holds no text{f': {because}' if because else ''}.",
            hint="Text in pictures and drawings is not read here. Add a version with its words as text.",
        )


class NeedsOcr(UnreadableDocument):
    """The pages are pictures, and nothing reads pictures here."""

    code = "needs_ocr"

    def __init__(self, *, n_pages: int) -> None:
        super().__init__(
            f"The PDF holds no text: {counted(n_pages, 'page is a picture', 'pages are pictures')}, as scans are.",
            hint="Ask whoever runs Praxis to install Tesseract, which reads text in pictures, then index the document "
            "again; or add a version with its words as text.",
        )


class UnsafeDocument(UnreadableDocument):
    """The file is made to exhaust or to deceive whoever opens it."""

    code = "unsafe_document"

    def __init__(self, what: str, detail: str) -> None:
        super().__init__(
            f"The {what} is not opened: {detail}.",
            hint="No usual program writes such files. If you trust it, save it again in the program it belongs to and "
            "add that.",
        )
