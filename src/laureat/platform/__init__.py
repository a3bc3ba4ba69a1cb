"""What every room stands on: accounts, access, mail, files, documents, language, looks."""
