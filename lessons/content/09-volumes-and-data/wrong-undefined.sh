# The section with the volume's name is missing.
# hint: undefined
# step: named
printf '    volumes:\n      - data:/var/lib/todo\n' >> compose.yaml
docker compose up -d
