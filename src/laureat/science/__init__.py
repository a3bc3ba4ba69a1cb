"""Pure numbers: combining marks, apportionment, selection under caps. No Django, no database."""
