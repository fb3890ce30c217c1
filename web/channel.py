"""Ways to reach people, as forces publish them."""

from geo.words import Words

# The keys of `contact_details` that are words; others are names of services, and are shown as they are.
CHANNELS = {
    "address": Words("Address"),
    "e-messaging": Words("Messages"),
    "email": Words("Email"),
    "fax": Words("Fax"),
    "forum": Words("Forum"),
    "mobile": Words("Mobile"),
    "telephone": Words("Telephone"),
    "web": Words("Website"),
}


def channel_name(channel: str) -> str:
    """What a channel is called, in English.

    >>> channel_name("telephone"), channel_name("facebook")
    ('Telephone', 'Facebook')
    """
    return CHANNELS.get(channel, channel.capitalize())
