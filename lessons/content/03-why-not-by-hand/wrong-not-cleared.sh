# What was made by hand is still there.
# hint: by-hand-left
# step: compose
docker compose up -d
