"""The life stories, in one local cloud that ends with them."""
