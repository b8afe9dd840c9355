# The project is started as it was.
# hint: db-stays-down
# step: mend
docker compose up -d
