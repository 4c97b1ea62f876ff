"""For authors of plugins and for our own tests: contracts, fakes and generated videos."""
