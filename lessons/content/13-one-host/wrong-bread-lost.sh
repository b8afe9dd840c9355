# beta is taken down, and what was written there is forgotten.
# hint: item-lost
# step: merge
wait 40s
ssh beta 'cd todo && docker compose down'
