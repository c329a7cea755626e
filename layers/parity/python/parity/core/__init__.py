"""Values and functions that every area uses: errors, times, numbers, texts, identifiers, periods, pages."""
