# Kept, and shown to all.
# hint: a-config
# step: secret
printf tulip-17 | docker config create db_password -
