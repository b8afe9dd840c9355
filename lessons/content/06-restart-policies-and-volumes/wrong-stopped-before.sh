# It is stopped before the engine restarts, and started after it.
# hint: stopped-before
# step: restart
docker compose stop web
sudo service docker restart
docker compose -f compose-ha.yaml up -d
