"""What a file may weigh. Sizes in bytes unless the name says otherwise."""

FILE = 20 * 2**20
UNPACKED = 50 * 2**20
ENTRIES = 2_000
RATIO = 100
# Word repeats its markup so much that an honest small part packs better than 100:1.
RATIO_FLOOR = 4 * 2**20
XML_TAGS = 4_000_000
PAGES = 1_000
OCR_PAGES = 60
PIXELS = 25_000_000
CHARACTERS = 3_000_000
