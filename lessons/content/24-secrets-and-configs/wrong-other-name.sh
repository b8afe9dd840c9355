# hint: no-secret
# step: secret
printf tulip-17 | docker secret create password -
