# The name is mended; the port still belongs to somebody else.
# hint: not-up
# step: open
sed -i 's/DATABASE_URL: store:5432/DATABASE_URL: db:5432/' compose.yaml
docker compose up -d
