# step: web
sed -i 's/DATABASE_URL: database:5432/DATABASE_URL: db:5432/' compose.yaml
docker compose up -d

# step: others
sed -i 's/slep 3600/sleep 3600/' compose.yaml
sed -i 's/mem_limit: 32m/mem_limit: 64m/' compose.yaml
docker compose up -d
