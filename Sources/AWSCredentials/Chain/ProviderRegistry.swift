/// The sources of credentials. Another one is a file of its own and a line here.
package enum ProviderRegistry {
  /// In the order in which they are searched, that of botocore's `create_credential_resolver`.
  package static let standard: [any CredentialProvider] = [
    EnvironmentProvider(),
    AssumeRoleProvider(),
    WebIdentityProvider(),
    SSOProvider(),
    SharedCredentialsFileProvider(),
    LoginProvider(),
    CredentialProcessProvider(),
    ConfigFileProvider(),
    EC2CredentialsFileProvider(),
    BotoFileProvider(),
    ContainerProvider(),
    InstanceMetadataProvider(),
  ]
}
