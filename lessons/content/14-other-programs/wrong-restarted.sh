# The file is changed, and the old container started again.
# hint: only-restarted
# step: change
sed -i 's/      DATABASE_URL: db:5432/      DATABASE_URL: db:5432\n      LANGUAGE: en/' compose.yaml
docker compose restart web
