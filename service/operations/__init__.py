"""What may happen: one public function is one accepted action, one transaction, one journal entry."""
