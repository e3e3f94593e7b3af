// Placeholder, replaced by the signer.
