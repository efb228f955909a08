using System.Buffers;
using System.Collections.Frozen;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles.Content;

/// <summary>Looks for what rules forbid while a bundle's files pass by, one after another and each once.</summary>
/// <param name="page">The entry of the start page.</param>
internal sealed class ContentScan(string page)
{
    private const string ReadyCall = "notifyAppReady";
    private const string InlineMap = "sourceMappingURL=data:";
    private const int MaxOrigins = 1_000;

    private static readonly SearchValues<string> Literals =
        SearchValues.Create([ReadyCall, InlineMap, .. ScriptImport.Literals, .. Secrets.Shapes.Select(shape => shape.Prefix)], StringComparison.Ordinal);

    private static readonly FrozenSet<string> Scripts = FrozenSet.ToFrozenSet([".js", ".mjs", ".cjs", ".html", ".htm"], StringComparer.OrdinalIgnoreCase);

    // Large, and text in none of them.
    private static readonly FrozenSet<string> Media = FrozenSet.ToFrozenSet(
        [".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".otf", ".mp3", ".m4a", ".ogg", ".wav", ".mp4", ".webm", ".mov"],
        StringComparer.OrdinalIgnoreCase);

    private readonly ContentFindings _findings = new();
    private readonly HashSet<string> _origins = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _page = new();
    private TextWindow? _window;
    private string _entry = "";
    private bool _isScript;
    private bool _isText;
    private bool _isReady;

    /// <summary>The next file.</summary>
    public void Begin(ZipEntry entry)
    {
        var extension = Path.GetExtension(entry.Name);
        (_entry, _isScript, _isText) = (entry.Name, Scripts.Contains(extension), !Media.Contains(extension));
        if (PrivateFiles.Contains(entry.Name))
        {
            Report(ContentRule.PrivateFile, "A file belongs to a developer's machine and not to an app.");
        }

        if (extension.Equals(".map", StringComparison.OrdinalIgnoreCase))
        {
            Report(ContentRule.SourceMap, "A source map shows the app's source to whoever opens the bundle.");
        }
    }

    /// <summary>The next piece of its content.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (_isText)
        {
            _window ??= new TextWindow(Literals, Look);
            _window.Add(piece);
        }

        if (_entry == page)
        {
            _page.Write(piece[..(int)Math.Min(piece.Length, WebPage.MaxBytes - _page.WrittenCount)]);
        }
    }

    /// <summary>The file has ended.</summary>
    public void End() => _window?.End();

    /// <summary>The bundle has ended.</summary>
    /// <param name="files">All its files, by their paths from the page.</param>
    public ContentFacts Complete(IReadOnlySet<string> files)
    {
        var read = WebPage.Read(_page.WrittenSpan);
        _entry = page;
        foreach (var reference in read.References.Where(reference => reference.IsMissing(files)))
        {
            Report(
                reference.Kind is PageReferenceKind.Asset ? ContentRule.MissingAsset : ContentRule.MissingReference,
                $"The page index.html refers to '{ZipNameRules.Shorten(reference.Address)}', which is not in the bundle.");
        }

        return new ContentFacts(_isReady, read.ScriptOrigins.Union(_origins), read.Policies, _findings.ToImmutable());
    }

    private void Look(ReadOnlySpan<char> text, int at)
    {
        _isReady |= _isScript && text[at..].StartsWith(ReadyCall, StringComparison.Ordinal);
        if (_isScript && _origins.Count < MaxOrigins && ScriptImport.FindRemote(text, at) is { } address
            && PageReference.Resolve(PageReference.Root, address) is { } target && PageReference.OriginOf(target) is { } origin)
        {
            _origins.Add(origin);
        }

        if (text[at..].StartsWith(InlineMap, StringComparison.Ordinal))
        {
            Report(ContentRule.SourceMap, "A script or style sheet holds its source map, which shows the app's source to whoever opens the bundle.");
        }

        if (Secrets.Find(text, at) is { } kind)
        {
            Report(ContentRule.Secret, $"A file holds what looks like {kind}.");
        }
    }

    private void Report(string code, string sentence) => _findings.Add(new ContentFinding(code, sentence, ZipNameRules.Shorten(_entry)));
}
