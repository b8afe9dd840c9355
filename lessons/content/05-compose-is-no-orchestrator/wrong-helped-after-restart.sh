# The containers are started by hand after the restart.
# hint: up-after
# step: restart
docker compose up -d
sudo service docker restart
docker compose up -d
