# The servers are started after the restart.
# hint: not-all-servers
# step: engine
docker compose down
sudo service docker restart
docker compose -f servers.yaml up -d
