# Only the two that were changed are started; the cache was stopped meanwhile.
# hint: cache-down
# step: others
sed -i 's/slep 3600/sleep 3600/' compose.yaml
sed -i 's/mem_limit: 32m/mem_limit: 64m/' compose.yaml
docker compose stop cache
docker compose up -d mailer thumbs
