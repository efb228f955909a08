using System.Collections.Frozen;
using System.Reflection;

namespace Serverless.Dashboard;

/// <summary>The files of the dashboard, which are in the assembly, by their path below <c>/dashboard</c>. Read and compressed when the first is asked for.</summary>
internal sealed class DashboardFiles
{
    private const string Prefix = "dashboard/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Lazy<FrozenDictionary<string, DashboardFile>> _files = new(Read);

    public IReadOnlyDictionary<string, DashboardFile> All => _files.Value;

    private static FrozenDictionary<string, DashboardFile> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Prefix.Length..].Replace('\\', '/'),
                name => new DashboardFile(Types[Path.GetExtension(name)], Content(assembly, name)),
                StringComparer.Ordinal);
    }

    private static byte[] Content(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
