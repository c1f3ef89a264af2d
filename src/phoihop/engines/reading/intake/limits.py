"""What a document to be read may weigh, beside the limits of any upload. Sizes in bytes."""

FILE = 20 * 2**20
PAGES = 1_000
OCR_PAGES = 60
CHARACTERS = 3_000_000
