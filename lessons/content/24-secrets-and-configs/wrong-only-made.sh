# hint: not-taken
# step: summer
docker config create hours-summer hours-summer.txt
