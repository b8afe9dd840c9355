# The whole project is taken down for one setting.
# hint: database
# step: change
sed -i 's/      DATABASE_URL: db:5432/      DATABASE_URL: db:5432\n      LANGUAGE: en/' compose.yaml
docker compose down
docker compose up -d
