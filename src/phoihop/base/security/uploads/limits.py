"""What any file from outside may weigh. Sizes in bytes unless the name says otherwise."""

FILE = 50 * 2**20
UNPACKED = 50 * 2**20
ENTRIES = 2_000
RATIO = 100
# Word repeats its markup so much that an honest small part packs better than 100:1.
RATIO_FLOOR = 4 * 2**20
# Ten megabytes of tags become a gigabyte of objects; ten of text stay ten.
XML_TAGS = 4_000_000
PIXELS = 25_000_000
SIDE = 20_000  # pixels
NAME = 120  # characters of a name that is shown
