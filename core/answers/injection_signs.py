"""How stretches look that speak to an assistant instead of a reader: one pattern a trick, with its name for a person.

Each pattern is tried on a stretch in one spelling (``core.answers.injection``): lower case, NFKC, invisible characters
gone, letters of other scripts that look Latin written in Latin.
"""

import re

_ASSISTANT = r"(?:ai|llm|language model|assistant|chatbot|chat bot|gpt|copilot|agent|model reading this|ki|ia)"
_EARLIER = (
    r"(?:previous|prior|earlier|preceding|above|foregoing|former|all|any|other|system|original|your|initial|existing"
    r"|safety)"
)
_ORDERS = (
    r"(?:instructions?|prompts?|directions?|rules|guidelines|commands?|constraints|messages?|passages|sources|context"
    r"|programming|training|guardrails)"
)
_SECRET = r"(?:system prompt|api[ _-]?keys?|passwords?|secrets?|credentials|conversation|chat history|hidden prompt)"

SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "asks to set earlier instructions aside",
            rf"\b(?:ignore|disregard|forget|override|bypass|discard|drop|skip|neglect|do not follow|don't follow"
            rf"|stop following)"
            rf"\b[^.\n]{{0,40}}\b{_EARLIER}\b[^.\n]{{0,30}}\b{_ORDERS}\b"
            rf"|\b(?:ignore|disregard|forget) (?:everything|all|anything|what)\b[^.\n]{{0,30}}\b(?:above|before|said"
            rf"|told|so far|learned|know)\b"
            rf"|\bnew (?:instructions?|orders?|system prompt|rules)\s*(?::|follow|from|for you)",
        ),
        (
            "gives the assistant another role",
            r"\byou are (?:now|henceforth) (?:an? |the |my |in |called )?(?:\w+ )?(?:ai|assistant|bot|chatbot|dan"
            r"|pirate|admin\w*"
            r"|hacker|developer|expert|model|character|persona|unrestricted|free|evil|agent|mode|\w*gpt)\b"
            r"|\byou are no longer (?:an? |bound|restricted|limited|required|subject)"
            r"|\b(?:from now on|henceforth),? you (?:will|must|shall|are|act|answer|reply|respond|speak|always|only)\b"
            r"|\b(?:act|behave|respond|reply|answer|roleplay|role-play) as (?:if you (?:were|are)|though you"
            r"|an? (?:unrestricted|evil|pirate|different|admin|developer|hacker|uncensored))"
            r"|\bpretend (?:to be|that you|you(?:'re| are))\b"
            r"|\b(?:developer|dan|god|debug|jailbreak|unrestricted|maintenance) mode\b[^.\n]{0,30}\b(?:on|enabled"
            r"|activated|enter|now)\b"
            r"|\b(?:enter|activate|switch to|enable) (?:developer|dan|god|debug|jailbreak|unrestricted) mode\b",
        ),
        (
            "speaks to the assistant",
            rf"\b(?:attention|note|message|instructions?|notice|important|hey|dear|hello"
            rf"|warning)\b[^.\n]{{0,12}}\b(?:to|for|,)?\s*(?:the |any |all |every )?{_ASSISTANT}s?\b\s*(?:[:,!]|that"
            rf"|who|reading|processing|summari)"
            rf"|\b(?:if|when|as|since) (?:you are|you're|an?) (?:an? )?{_ASSISTANT}\b"
            rf"|\b{_ASSISTANT}s? (?:must|should|shall|has to|have to|is required to|are required to"
            rf"|needs to)\b[^.\n]{{0,40}}\b(?:say|reply|respond|answer|state|include|output|write|print|tell"
            rf"|recommend|claim|send|ignore|add|append|repeat|visit|call|use)\b",
        ),
        (
            "dictates the answer",
            r"\b(?:respond|reply|answer|output|say|print|write|return|begin|start|end|finish)\b[^.\n]{0,25}\b(?:only"
            r"|exactly|solely|nothing but|just|every (?:answer|reply|response|sentence)|(?:your|the|all|any"
            r"|each) (?:answers?|reply|replies|responses?|output)|verbatim)\b[^.\n]{0,20}(?:with|by|the (?:words?"
            r"|phrase|following|text|sentence)|[:\"'“])"
            r"|\b(?:your|the) (?:only|entire|whole|final|next) (?:answer|reply|response|output) (?:must|should|shall"
            r"|has to|is|will)\b"
            r"|\b(?:your|every|each) (?:answers?|reply|replies|responses?|output) (?:must|should|shall|has to|have to"
            r"|will) "
            r"(?:be|say|begin|start|end|contain|include|read)\b|\byou must (?:answer|reply|respond|say|output)\b"
            r"|\b(?:answers?|replies|responds?) (?:every|each|any|all) questions? (?:with|by)\b"
            r"|\b(?:when|if|whenever) (?:asked|you are asked|someone asks|the user asks|a user asks|anyone asks"
            r"|questioned|summari[sz]ing|answering)\b[^.\n]{0,80}\b(?:say|reply|respond|answer|state|claim|tell"
            r"|recommend|insist|write|output|include|always)\b"
            r"|\b(?:do not|don't|never) (?:mention|reveal|tell|disclose|cite|say)\b[^.\n]{0,50}\b(?:user|reader"
            r"|instruction|prompt|this (?:text|message|note|line|sentence)|anyone|passage|source)s?\b"
            r"|\b(?:append|add|include|insert|put|embed)\b[^.\n]{0,50}\b(?:to|in|into|at|with) (?:the (?:end|start"
            r"|beginning|top|bottom) of )?(?:your"
            r"|every|each|the|all) (?:answers?|reply|replies|responses?|output|summary)\b"
            r"|\brepeat (?:after me|the following|this|these words)\b|\btell the (?:user|reader|customer"
            r"|person) (?:that|to)\b",
        ),
        (
            "asks for secrets, or to send something somewhere",
            rf"\b(?:reveal|print|show|repeat|output|leak|disclose|send|post|upload|exfiltrate|forward|email|e-mail"
            rf"|tell me|include|append|encode|put|transmit)\b[^.\n]{{0,60}}\b{_SECRET}\b"
            r"|\b(?:send|post|upload|exfiltrate|forward|transmit|submit|leak)\b[^.\n]{0,60}(?:https?://|www\."
            r"|[\w.+-]+@[\w-]+\.\w)"
            r"|\b(?:fetch|visit|open|call|request|load|click|navigate to|go to|browse)\b[^.\n]{0,30}(?:https?://"
            r"|www\.)\S*(?:\?|[{<\[]|=)"
            r"|https?://\S*[?&/=](?:\{|<"
            r"|\[|%7b|\$)\s*\S*(?:question|answer|history|prompt|secret|data|conversation|query|key|context)",
        ),
        (
            "carries a picture or link that would send data away",
            r"!\[[^\]\n]{0,200}\]\(\s*<?\s*(?:https?:|//|data:|javascript:)[^)\n]*"
            r"|<\s*(?:img|iframe|script|object|embed|svg|link|form|video|audio|meta|base)\b[^>\n]{0,300}>?"
            r"|\[[^\]\n]{0,200}\]\(\s*<?\s*(?:javascript|data|vbscript):[^)\n]*",
        ),
        (
            "imitates the marks of a prompt",
            r"<\s*/?\s*(?:system|assistant|user|instructions?|prompt|im_start|im_end|s|sys|context|passages?"
            r"|documents?|tool|function_calls?|admin)\s*>"
            r"|<\|[^|\n]{1,40}\|>|\[/?(?:inst|system|sys|assistant|user)\]|<<\s*/?sys\s*>>"
            r"|^\s*#{1,6}\s*(?:system|assistant|instructions?|new task|user)\s*:?\s*$"
            r"|^\s*\"?(?:system|assistant|developer)\"?\s*:\s*\"?(?:you|your|the answer|reply|respond|answer|ignore"
            r"|disregard|say"
            r"|write|print|output|new|from now|override|always|never|every|all)\b"
            r"|\bbegin (?:system|admin|new) (?:prompt|message|instructions?)\b|(?:^"
            r"|[-=*#<\[])\s*end of (?:the )?(?:passages?|documents?"
            r"|context|sources?|prompt|instructions?)\b"
            r"|={3,}\s*(?:system|end|new)\b|-{3,}\s*(?:system|end of|new)\b|<{2,}\s*/?\s*passages?\b"
            r"|\bpassage\s*\d+\s*(?:>|ends?\b)",
        ),
        (
            "asks to be cited for what it does not say",
            r"\b(?:cite|quote|attribute|reference|credit|mark)\b[^.\n]{0,50}(?:\[\d+\]|\bpassage \d+|\bsource \d+"
            r"|\bthis (?:passage|document|source|text|page)\b|\bas (?:supported|verified|true|confirmed)\b)"
            r"|\b(?:mark|treat|regard|consider) (?:this|every|each|all|the following|these) (?:sentence|claim"
            r"|statement|answer|text)?s?\s*(?:as )?(?:supported|verified|true|confirmed|trusted|authoritative)\b"
            r"|\bpassages? \d+(?:,? (?:and|to|-) \d+)? (?:is|are) (?:false|wrong|outdated|fake|untrusted"
            r"|to be ignored)\b",
        ),
        (
            "gives instructions to an assistant in another language",
            r"\b(?:ignoriere|ignorier|vergiss|missachte|beachte nicht|befolge nicht)\b[^.\n]{0,60}\b(?:anweisung"
            r"|anweisungen|regeln|vorgaben|befehle|prompt|bisherige\w*|vorherige\w*|obige\w*)\b"
            r"|\b(?:du bist (?:jetzt|nun|ab sofort)|antworte (?:nur|ausschliesslich|ausschließlich|immer) mit"
            r"|sage dem (?:nutzer|benutzer))\b"
            r"|\b(?:ignore[zr]?|oublie[zr]?|ne tiens? pas compte|ne tenez pas compte)\b[^.\n]{0,60}\b(?:instructions?"
            r"|consignes?|regles|règles|precedentes?|précédentes?)\b"
            r"|\b(?:tu es|vous etes|vous êtes) (?:maintenant|desormais|désormais)\b|\b(?:reponds|réponds|repondez"
            r"|répondez) (?:uniquement|seulement|toujours)\b"
            r"|\b(?:ignora|olvida|ignore|descarta|haz caso omiso)\b[^.\n]{0,60}\b(?:instrucciones|reglas|ordenes"
            r"|órdenes|anteriores|previas|indicaciones|instruções|regras)\b"
            r"|\b(?:ahora eres|eres ahora|responde (?:solo|sólo|unicamente|únicamente|siempre)|agora você é"
            r"|responda apenas)\b"
            r"|\b(?:ignora|dimentica)\b[^.\n]{0,60}\b(?:istruzioni|regole|precedenti)\b|\bora sei\b|\brispondi solo\b"
            r"|(?:игнорируй|игнорируйте|забудь|забудьте|не следуй)[^.\n]{0,60}(?:инструкци|указани|правил|предыдущ)"
            r"|теперь ты\b|отвечай только"
            r"|(?:忽略|无视|無視|忘记|忘記|不要理会)[^。\n]{0,20}(?:指令|指示|说明|說明|规则|規則|提示|内容)|你现在是|你現在是|只(?:回答|回复|回覆|输出)"
            r"|(?:これまで|以前|上記|前|すべて)の?(?:の)?(?:指示|命令|ルール|プロンプト)[^。\n]{0,10}(?:無視|忘れ)|あなたは今から|とだけ(?:答え|返信|回答)"
            r"|(?:이전|위의|모든)[^.\n]{0,10}(?:지시|명령|규칙)[^.\n]{0,10}(?:무시|잊)"
            r"|(?:تجاهل|انس)[^.\n]{0,40}(?:التعليمات|الأوامر|السابقة|القواعد)"
            r"|(?:önceki|yukarıdaki)[^.\n]{0,30}(?:talimat|komut)[^.\n]{0,20}(?:yok say|görmezden|unut)"
            r"|\b(?:negeer|vergeet)\b[^.\n]{0,50}\b(?:instructies|regels|vorige|eerdere)\b|\b(?:zignoruj|ignoruj"
            r"|zapomnij)\b[^.\n]{0,50}\b(?:instrukcj|polecen|poprzedni)\w*",
        ),
    )
)
"""Tried in this order; the first that fits names the stretch."""

_LOOKALIKES = """a:0430,03b1,0410,0391 b:0412,0392 c:0441,0421 d:0501 e:0435,0415,0395 g:0261 h:04bb,041d,0397
    i:0456,03b9,0406,0399 j:0458 k:03ba,041a,039a m:041c,039c n:039d o:043e,03bf,041e,039f p:0440,03c1,0420,03a1
    q:051b s:0455,0405 t:03c4,0422,03a4 v:03bd w:051d x:0445,0425,03a7 y:0443,03a5 z:0396"""
LOOKALIKES = {
    int(code, 16): latin
    for latin, codes in (entry.split(":") for entry in _LOOKALIKES.split())
    for code in codes.split(",")
}
"""Letters of other scripts, by code, that are taken for Latin ones where a word mixes both."""
