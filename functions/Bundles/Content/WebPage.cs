using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Serverless.Bundles.Content;

/// <summary>
/// What a page refers to and which policies it sets, by the tokens of HTML. No tree is built: a hostile page can make one far larger than itself.
/// Pure.
/// </summary>
/// <param name="References">In the order of the page.</param>
/// <param name="ScriptOrigins">Other origins that it takes scripts from.</param>
/// <param name="Policies">Its content security policies, as written.</param>
internal sealed record WebPage(ImmutableArray<PageReference> References, ImmutableSortedSet<string> ScriptOrigins, ImmutableArray<string> Policies)
{
    /// <summary>As much of a page is read; whatever refers to something stands far before.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int MaxReferences = 10_000;
    private const int MaxPolicies = 8;

    /// <param name="utf8">At most <see cref="MaxBytes"/>.</param>
    public static WebPage Read(ReadOnlySpan<byte> utf8)
    {
        var reading = new Reading();
        using var source = new TextSource(Encoding.UTF8.GetString(utf8));
        using var tokens = new HtmlTokenizer(source, HtmlEntityProvider.Resolver)
        {
            SkipComments = true,
            SkipDataText = true,
            SkipRawText = true,
            SkipRCDataText = true,
            SkipPlaintext = true,
        };
        for (HtmlToken token; (token = tokens.Get()).Type is not HtmlTokenType.EndOfFile;)
        {
            if (token.Type is HtmlTokenType.StartTag && token.Name is { } name)
            {
                reading.Start(token.AsTag());
                tokens.State = Mode(name) ?? tokens.State;
            }
            else if (token.Type is HtmlTokenType.EndTag)
            {
                reading.End(token.Name);
            }
            else if (token.Type is HtmlTokenType.Character)
            {
                reading.Text(token.Data);
            }
        }

        return reading.ToPage();
    }

    // Which elements hold text and no tags is for whoever builds the tree to say.
    private static HtmlParseMode? Mode(string name) => name switch
    {
        "script" => HtmlParseMode.Script,
        "style" or "noscript" or "iframe" or "xmp" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
        "title" or "textarea" => HtmlParseMode.RCData,
        "plaintext" => HtmlParseMode.Plaintext,
        _ => null,
    };

    private sealed class Reading
    {
        private readonly ImmutableArray<PageReference>.Builder _references = ImmutableArray.CreateBuilder<PageReference>();
        private readonly ImmutableSortedSet<string>.Builder _origins = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        private readonly ImmutableArray<string>.Builder _policies = ImmutableArray.CreateBuilder<string>();
        private Uri? _base;
        private int _templates;
        private bool _inBody;
        private bool _inImportMap;

        public void Start(HtmlTagToken tag)
        {
            _inImportMap = false;
            _templates += tag.Name is "template" ? 1 : 0;
            if (_templates > 0)
            {
                return;
            }

            switch (tag.Name)
            {
                case "base":
                    _base ??= PageReference.Resolve(PageReference.Root, tag.GetAttribute("href"));
                    break;
                case "body":
                    _inBody = true;
                    break;
                case "meta" when !_inBody && _policies.Count < MaxPolicies && Is(tag.GetAttribute("http-equiv"), "content-security-policy"):
                    _policies.Add(tag.GetAttribute("content"));
                    break;
                case "script":
                    StartScript(tag);
                    break;
                case "link":
                    Link(tag.GetAttribute("rel").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), tag.GetAttribute("href"));
                    break;
                case "img" or "source" or "video" or "audio":
                    Add(PageReferenceKind.Asset, tag.GetAttribute("src"));
                    break;
            }
        }

        public void End(string name) => _templates -= name is "template" && _templates > 0 ? 1 : 0;

        public void Text(string data)
        {
            if (_inImportMap)
            {
                Map(data);
            }
        }

        public WebPage ToPage() => new(_references.ToImmutable(), _origins.ToImmutable(), _policies.ToImmutable());

        private void StartScript(HtmlTagToken tag)
        {
            var type = tag.GetAttribute("type").Trim();
            _inImportMap = Is(type, "importmap");

            // No web view of today runs the scripts of those that know no modules; other types are data.
            if (type.Length == 0 || Is(type, "module") || type.EndsWith("javascript", StringComparison.OrdinalIgnoreCase) || type.EndsWith("ecmascript", StringComparison.OrdinalIgnoreCase))
            {
                Add(tag.Attributes.Exists(attribute => attribute.Name == "nomodule") ? PageReferenceKind.Asset : PageReferenceKind.Script, tag.GetAttribute("src"));
            }
        }

        private void Link(string[] relations, string address)
        {
            if (relations.Any(relation => Is(relation, "stylesheet")))
            {
                Add(relations.Any(relation => Is(relation, "alternate")) ? PageReferenceKind.Asset : PageReferenceKind.StyleSheet, address);
            }
            else if (relations.Any(relation => Is(relation, "modulepreload")))
            {
                Add(PageReferenceKind.Script, address);
            }
            else if (relations.Any(relation => Is(relation, "icon") || Is(relation, "apple-touch-icon") || Is(relation, "manifest")))
            {
                Add(PageReferenceKind.Asset, address);
            }
        }

        private void Add(PageReferenceKind kind, string address)
        {
            if (_references.Count < MaxReferences && PageReference.Of(kind, address, _base ?? PageReference.Root) is { } reference)
            {
                _references.Add(reference);
                AddOrigin(kind is PageReferenceKind.Script ? reference.Origin : null);
            }
        }

        private void Map(string json)
        {
            try
            {
                using var map = JsonDocument.Parse(json);
                foreach (var entry in map.RootElement.GetProperty("imports").EnumerateObject())
                {
                    AddOrigin(PageReference.Of(PageReferenceKind.Script, entry.Value.GetString() ?? "", _base ?? PageReference.Root)?.Origin);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // Browsers pass over such a map too.
            }
        }

        private void AddOrigin(string? origin)
        {
            if (origin is not null && _origins.Count < MaxReferences)
            {
                _origins.Add(origin);
            }
        }

        private static bool Is(string value, string word) => value.Trim().Equals(word, StringComparison.OrdinalIgnoreCase);
    }
}
