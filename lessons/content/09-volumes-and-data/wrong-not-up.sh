# The file is changed, and nobody asks for it.
# hint: not-mounted
# step: named
printf '    volumes:\n      - data:/var/lib/todo\n\nvolumes:\n  data:\n' >> compose.yaml
