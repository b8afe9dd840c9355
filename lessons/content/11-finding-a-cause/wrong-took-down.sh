# The database goes down with the rest.
# hint: database-touched
# step: web
sed -i 's/DATABASE_URL: database:5432/DATABASE_URL: db:5432/' compose.yaml
docker compose down
docker compose up -d
