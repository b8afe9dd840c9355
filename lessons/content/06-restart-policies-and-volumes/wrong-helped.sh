# It is made anew by hand as well.
# hint: helped
# step: kill
docker compose exec web sh -c 'kill 1'
wait 20s
docker compose -f compose-ha.yaml up -d --force-recreate
