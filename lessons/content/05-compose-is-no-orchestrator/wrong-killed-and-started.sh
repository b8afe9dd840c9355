# It is started again at once.
# hint: started-again
# step: kill
docker compose exec web sh -c "kill 1"
docker compose up -d
