"""The rules: pure functions that judge every exchange, each under the requirements it proves or disproves."""
