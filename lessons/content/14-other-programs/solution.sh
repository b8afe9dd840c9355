# step: old
docker-compose up -d
docker-compose ps

# step: new
docker-compose down
docker compose up -d

# step: change
sed -i 's/      DATABASE_URL: db:5432/      DATABASE_URL: db:5432\n      LANGUAGE: en/' compose.yaml
docker compose up -d
