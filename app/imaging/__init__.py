"""Pictures in, images out: decoding, preprocessing, codes, colour, PNG and the page's stream."""
