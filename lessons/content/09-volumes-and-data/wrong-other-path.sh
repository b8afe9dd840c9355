# The volume is where the database does not look.
# hint: no-milk-again
# step: named
printf '    volumes:\n      - data:/data\n\nvolumes:\n  data:\n' >> compose.yaml
docker compose up -d
wait 3s
curl -s -d item=milk http://localhost:8030/items
