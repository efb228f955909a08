using System.Globalization;

namespace Serverless.Tests.Support.Faults;

/// <summary>A storage connection string, taken apart as far as a proxy in front of it needs.</summary>
internal sealed record StorageEndpoints(IReadOnlyDictionary<string, string> Parts)
{
    public Uri this[StorageService service] => new(Parts[Name(service)]);

    /// <exception cref="ArgumentException">An endpoint is missing; short forms such as <c>UseDevelopmentStorage=true</c> name none.</exception>
    public static StorageEndpoints Parse(string connectionString)
    {
        var parts = connectionString
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        var missing = Enum.GetValues<StorageService>().Select(Name).Where(name => !parts.ContainsKey(name)).ToArray();
        return missing is []
            ? new StorageEndpoints(parts)
            : throw new ArgumentException($"The connection string names no {string.Join(", ", missing)}.", nameof(connectionString));
    }

    /// <summary>The same account and key behind other ports of the loopback address.</summary>
    public string Through(IReadOnlyDictionary<StorageService, int> ports)
    {
        var parts = new Dictionary<string, string>(Parts, StringComparer.OrdinalIgnoreCase);
        foreach (var (service, port) in ports)
        {
            parts[Name(service)] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{this[service].AbsolutePath.TrimEnd('/')}");
        }

        return string.Join(';', parts.Select(part => $"{part.Key}={part.Value}")) + ";";
    }

    private static string Name(StorageService service) => $"{service}Endpoint";
}
