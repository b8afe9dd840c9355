# The networks are made, and nobody is on them.
# hint: no-wall
# step: separate
docker compose -p second down
printf '\nnetworks:\n  front:\n  back:\n' >> compose.yaml
docker compose up -d
