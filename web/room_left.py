"""What a script says of the room that is left while somebody writes."""

from web.language import Language


def room_left(language: Language) -> dict[str, dict[str, str]]:
    """The words for a character count, by plural category: what is `left`, and what is `over`."""
    forms = {
        "left": language.plurals("You have {n} character left", "You have {n} characters left"),
        "over": language.plurals("You have {n} character too many", "You have {n} characters too many"),
    }
    return {
        name: {category: text.replace("{n}", "%{count}") for category, text in texts.items()}
        for name, texts in forms.items()
    }
